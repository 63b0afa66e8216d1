// SPDX-License-Identifier: GPL-3.0-or-later
/* A folder of pictures of one size. Its folders are the classes, sorted by bytes; pictures that lie directly
 * in it have their labels in a table with a column `file`. */
#include "_image.h"

#include <string.h>
#include <strings.h>
#include <sys/stat.h>

enum { MOST_FILES = 1 << 24 };

typedef struct {
    const char *name, *label; /* name: as a table of labels would write it */
    asy__image image;
} entry;
typedef struct {
    const asy_data_in *in;
    const asy_bytes *folder;
    int64_t n, cap;
    entry *e;
    int n_classes;
    const char **classes;
} work;

static bool is_image(const char *name)
{
    const char *dot = strrchr(name, '.');
    return dot != NULL &&
           (strcasecmp(dot, ".png") == 0 || strcasecmp(dot, ".jpg") == 0 || strcasecmp(dot, ".jpeg") == 0);
}

static bool is_folder(const char *path)
{
    struct stat st;
    return path != NULL && stat(path, &st) == 0 && S_ISDIR(st.st_mode);
}

static asy_status add(work *w, const char *path, const char *name, const char *label)
{
    if (w->n == MOST_FILES)
        return asy_data_broken(w->in, w->folder, "image", 0, "the folder has more than 2^24 pictures");
    if (w->n == w->cap) {
        entry *more = ASY_NEWN(w->in->arena, w->cap = w->cap > 0 ? 2 * w->cap : 256, entry);
        if (more == NULL) return asy_arena_status(w->in->arena);
        if (w->n > 0) memcpy(more, w->e, (size_t)w->n * sizeof *more);
        w->e = more;
    }
    entry *e = &w->e[w->n++];
    asy_bytes f;
    *e = (entry){ .name = name, .label = label };
    if (path == NULL || name == NULL) return asy_arena_status(w->in->arena);
    asy_data_in here = *w->in; /* the file's bytes are not kept */
    here.arena = asy_arena_new(0);
    asy_status s = here.arena != NULL ? asy_data_read(&here, path, &f) : ASY_ENOMEM;
    if (s == ASY_OK) s = asy__image_read(w->in, &f, &e->image);
    asy_arena_free(here.arena);
    return s;
}

static asy_status class_folder(work *w, const char *dir, const char *label)
{
    char **names;
    int n;
    if (dir == NULL || asy_io_list(w->in->arena, dir, &n, &names) != ASY_OK)
        return asy_data_broken(w->in, w->folder, "image", 0, "the folder `%s` cannot be read", label);
    for (int i = 0; i < n; i++)
        if (is_image(names[i]))
            ASY_TRY(add(w, asy_path_join(w->in->arena, dir, names[i]),
                        asy_sprintf(w->in->arena, "%s/%s", label, names[i]), label));
    return ASY_OK;
}

static asy_status collect(work *w)
{
    char **names;
    int n, flat = 0;
    if (asy_io_list(w->in->arena, w->folder->path, &n, &names) != ASY_OK)
        return asy_data_broken(w->in, w->folder, "image", 0, "the folder cannot be read");
    w->classes = ASY_NEWN(w->in->arena, n, const char *);
    if (w->classes == NULL) return asy_arena_status(w->in->arena);
    for (int i = 0; i < n; i++) {
        const char *path = asy_path_join(w->in->arena, w->folder->path, names[i]);
        if (names[i][0] != '.' && is_folder(path)) {
            w->classes[w->n_classes++] = names[i];
            ASY_TRY(class_folder(w, path, names[i]));
        } else if (is_image(names[i])) {
            ASY_TRY(add(w, path, names[i], NULL));
            flat++;
        }
    }
    if (w->n == 0)
        return asy_data_broken(w->in, w->folder, "image", 0, "the folder has no PNG or JPEG files");
    if (flat > 0 && w->n_classes > 0)
        return asy_data_broken(w->in, w->folder, "image", 0,
                               "pictures lie beside the folders of the classes");
    return ASY_OK;
}

/* The form that all take: as many channels, and as many bits, as the richest has. */
static asy_status common(const work *w, int *channels, int *bits, const char **note)
{
    int64_t few = 0, shallow = 0, alpha = 0;
    *channels = *bits = 0;
    for (int64_t i = 0; i < w->n; i++) {
        const asy__image *a = &w->e[0].image, *b = &w->e[i].image;
        if (a->height != b->height || a->width != b->width)
            return asy_data_broken(w->in, w->folder, "image", 0, "`%s` is %dx%d, `%s` is %dx%d", w->e[0].name,
                                   a->width, a->height, w->e[i].name, b->width, b->height);
        if (b->channels > *channels) *channels = b->channels;
        if (b->bits > *bits) *bits = b->bits;
        alpha += b->alpha;
    }
    for (int64_t i = 0; i < w->n; i++) {
        few += w->e[i].image.channels < *channels;
        shallow += w->e[i].image.bits < *bits;
    }
    if (few + shallow + alpha > 0)
        *note = asy_sprintf(w->in->arena,
                            "of %lld pictures %lld are grey among RGB (their grey in each channel), %lld "
                            "have 8 bits among 16, of %lld an alpha channel was left out",
                            (long long)w->n, (long long)few, (long long)shallow, (long long)alpha);
    return ASY_OK;
}

static void put(const asy__image *m, int channels, int bits, void *to)
{
    int64_t plane = (int64_t)m->height * m->width;
    for (int c = 0; c < channels; c++) {
        int64_t from = m->channels == 1 ? 0 : c * plane;
        for (int64_t i = 0; i < plane; i++) {
            unsigned v = m->bits == 8 ? ((const uint8_t *)m->pixels)[from + i]
                                      : ((const uint16_t *)m->pixels)[from + i];
            if (bits == 8) ((uint8_t *)to)[c * plane + i] = (uint8_t)v;
            else ((float *)to)[c * plane + i] = (float)v / (m->bits == 8 ? 255.0f : 65535.0f);
        }
    }
}

static asy_status table(const asy_data_in *in, const asy_bytes *folder, const asy_form *form, asy_table *t)
{
    work w = { .in = in, .folder = folder };
    int channels, bits;
    const char *note = NULL;
    (void)form;
    ASY_TRY(collect(&w));
    ASY_TRY(common(&w, &channels, &bits, &note));
    const asy__image *m = &w.e[0].image;
    int64_t each = (int64_t)channels * m->height * m->width;
    if (each > ASY_FILE_LIMIT / w.n)
        return asy_data_broken(in, folder, "image", 0, "its pictures have more than 2^30 pixels");
    asy_tensor x = asy_tensor_new(in->arena, bits == 8 ? ASY_U8 : ASY_F32,
                                  ASY_SHAPE(w.n, channels, m->height, m->width));
    asy_raw *c = ASY_NEWN(in->arena, 3, asy_raw);
    const char **label = ASY_NEWN(in->arena, w.n, const char *),
               **file = ASY_NEWN(in->arena, w.n, const char *);
    if (x.data == NULL || c == NULL || label == NULL || file == NULL) return asy_arena_status(in->arena);
    for (int64_t i = 0; i < w.n; i++) {
        put(&w.e[i].image, channels, bits, (char *)x.data + (size_t)(i * each) * asy_dtype_size(x.type));
        label[i] = w.e[i].label;
        file[i] = w.e[i].name;
    }
    c[0] = (asy_raw){ .name = "input", .role = ASY_ROLE_INPUT, .data = x };
    c[1] = (asy_raw){ .name = "file", .role = ASY_ROLE_ID, .text = file };
    c[2] = (asy_raw){
        .name = "label", .role = ASY_ROLE_LABEL, .text = label, .n_values = w.n_classes, .values = w.classes
    };
    *t = (asy_table){ .n = w.n, .n_cols = w.n_classes > 0 ? 3 : 2, .cols = c, .note = note };
    return asy_arena_status(in->arena);
}

static const char *const suffixes[] = { NULL };

const asy_reader asy_reader_images = {
    .m = { .name = "images",
           .summary = "a folder of PNG and JPEG pictures of one size",
           .revision = 1,
           .cite = "ISO/IEC 15948 (PNG), ISO/IEC 10918 (JPEG), read by libpng and libjpeg",
           .words = "image-folder png jpeg",
           .doc = "Folders are classes, sorted by bytes. Pictures without folders take their labels from a "
                  "table with "
                  "the columns `file` and one more. 16 bits are kept, as value/65535; palettes become "
                  "colours." },
    .suffixes = suffixes,
    .folder = true,
    .table = table,
};
