# SPDX-License-Identifier: GPL-3.0-or-later
# Assay. Everything that is built lands in $(BUILD).
#   make                      build/assay, libassay.a, libassay.so
#   make deps                 install what is missing (Debian)
#   make quickstart           the main job, from nothing: deps, build, experiments/quickstart.yaml
#   make test                 build all and test it        make lint     who includes whom, headers alone, style
#   make fuzz                 fuzz targets by clang, in $(BUILD)/fuzz; FUZZ=20 runs each for 20 seconds
#   make bench                build and run bench/*.c      make install  PREFIX=/usr/local DESTDIR=
#   make matrix               compilers, sanitizers, valgrind, LTO, the static library, another processor (tools/matrix.sh)
#   make aarch64              compile for another processor, where a cross compiler is there
#   BUILD=dir  CC=clang  OPT=-O1  SAN=address,undefined|thread  WERROR=1  EXTRA=../mine  V=1
CC       = gcc
BUILD   ?= build
PREFIX  ?= /usr/local
PARTS   ?= base tensor graph kernels method model attack train metric spec run report cli
MODULES ?= attacks defenses privacy active ordinal audit datasets
SUITES  ?= tests/unit tests/conform tests/cli tests/known
EXTRA   ?=
PKGS     = yaml-0.1 jansson libcrypto zlib gsl libpng libjpeg
ARCH    := $(shell $(CC) -dumpmachine 2>/dev/null | cut -d- -f1)
VERSION  = $(shell sed -n 's/.*return "\([0-9.]*\)";.*/\1/p' lib/base/sys.c | head -1)
NPROC   := $(shell getconf _NPROCESSORS_ONLN)
# -j for a make inside a recipe, unless the user gave one
JOBS     = $(if $(findstring jobserver,$(MAKEFLAGS)),,-j$(NPROC))
Q        = $(if $(V),,@)
SAY      = $(if $(V),@:,@printf '  %-4s %s\n')

OPT     ?= -O3
WARN     = -Wall -Wextra -Wpedantic -Wshadow -Wstrict-prototypes -Wmissing-prototypes -Wvla -Wformat=2 -Wconversion
CSTD     = -std=c11 -D_POSIX_C_SOURCE=200809L -D_DEFAULT_SOURCE -ffp-contract=off -fno-math-errno -pthread -fPIC -MMD -MP
PKG_CFLAGS := $(shell pkg-config --cflags $(PKGS) 2>/dev/null)
PKG_LIBS   := $(shell pkg-config --libs $(PKGS) 2>/dev/null)
# LAPACK is loaded when it is first used (lib/tensor/linalg.c): the serial build, not whichever is the system's default
OPENBLAS ?= /usr/lib/$(shell $(CC) -print-multiarch 2>/dev/null)/openblas-serial/libopenblas.so.0
CPPFLAGS_ = -Ilib -DASY_OPENBLAS='"$(OPENBLAS)"' $(PKG_CFLAGS) $(if $(SAN)$(WERROR),,-DNDEBUG)
CFLAGS_  = $(CSTD) $(OPT) -g $(WARN) $(if $(WERROR),-Werror) $(if $(SAN),-fsanitize=$(SAN) -fno-omit-frame-pointer -fno-sanitize-recover=all) $(CFLAGS)
LDLIBS_  = $(PKG_LIBS) -lm -pthread
LDFLAGS_ = $(if $(SAN),-fsanitize=$(SAN)) $(LDFLAGS)
COMPILE  = $(CC) $(CPPFLAGS_) $(CFLAGS_)

# One look at the tree. lib/kernels/vec/*.c is compiled once per instruction set; *_avx512.c only with AVX-512.
EXTRA_DIR := $(abspath $(EXTRA))
LIB_DIRS := $(addprefix lib/,$(PARTS)) $(MODULES) $(EXTRA_DIR)
FOUND    := $(sort $(shell find lib tests bench $(wildcard $(MODULES)) $(EXTRA_DIR) -name '*.c'))
in        = $(filter $(addsuffix /%,$(1)),$(FOUND))
ALL_C    := $(call in,$(LIB_DIRS))
CLI_C    := $(filter lib/cli/%,$(ALL_C))
VEC_C    := $(filter lib/kernels/vec/%,$(ALL_C))
A512_C   := $(filter %_avx512.c,$(filter-out $(VEC_C),$(ALL_C)))
MAIN_C   := $(filter lib/cli/main.c,$(CLI_C))
PLAIN_C  := $(filter-out $(VEC_C) $(A512_C) $(CLI_C),$(ALL_C))
KNOWN_C  := $(if $(filter tests/known,$(SUITES)),$(call in,$(addprefix tests/known/,$(LIB_DIRS))))
TEST_C   := tests/main.c $(call in,$(filter-out tests/known,$(SUITES)) tests/ref tests/support)
BENCH_C  := $(filter-out bench/peers/%,$(call in,bench))

obj       = $(1:%.c=$(BUILD)/obj/%.o)
ifeq ($(ARCH),x86_64)
VEC_OBJ  := $(foreach v,plain avx2 avx512,$(VEC_C:%.c=$(BUILD)/obj/%.$(v).o))
A512_OBJ := $(call obj,$(A512_C))
else
VEC_OBJ  := $(VEC_C:%.c=$(BUILD)/obj/%.plain.o)
A512_OBJ :=
endif
LIB_OBJ  := $(call obj,$(PLAIN_C) $(KNOWN_C)) $(VEC_OBJ) $(A512_OBJ) $(BUILD)/obj/gen/registry.o
CLI_OBJ  := $(call obj,$(filter-out $(MAIN_C),$(CLI_C))) $(BUILD)/obj/gen/commands.o
MAIN_OBJ := $(call obj,$(MAIN_C))
TEST_OBJ := $(call obj,$(TEST_C)) $(BUILD)/obj/gen/suites.o
BENCH    := $(BENCH_C:bench/%.c=$(BUILD)/bench/%)
OBJ      := $(LIB_OBJ) $(CLI_OBJ) $(MAIN_OBJ) $(TEST_OBJ) $(call obj,$(BENCH_C) $(call in,tests/fuzz))

# Changed flags, compiler or list of files: written only when they differ, so that what depends on them is made again only then.
keep      = $(shell mkdir -p $(BUILD)/gen; echo '$(2)' | cmp -s - $(BUILD)/gen/$(1) || echo '$(2)' >$(BUILD)/gen/$(1))
$(call keep,flags,$(subst ','\'',$(COMPILE)) $(shell $(CC) --version 2>/dev/null | head -1))
$(call keep,files,$(FOUND))

AR       = ar
.PHONY: all parts matrix deps quickstart test lint layers headers style bench install aarch64 clean
.DELETE_ON_ERROR:
.SECONDARY:
all: $(if $(MAIN_C),$(BUILD)/assay) $(BUILD)/libassay.so

$(BUILD)/assay: $(MAIN_OBJ) $(CLI_OBJ) $(BUILD)/libassay.a
	$(SAY) LINK $@
	$(Q)$(CC) $(LDFLAGS_) -o $@ $^ $(LDLIBS_)
$(BUILD)/libassay.a: $(LIB_OBJ)
	$(SAY) AR $@
	$(Q)rm -f $@ && $(AR) rcs $@ $^
$(BUILD)/libassay.so: $(LIB_OBJ)
	$(SAY) LINK $@
	$(Q)$(CC) -shared -Wl,-soname,libassay.so.0 $(LDFLAGS_) -o $@ $^ $(LDLIBS_)
$(BUILD)/tests: $(TEST_OBJ) $(if $(CLI_C),$(CLI_OBJ)) $(BUILD)/libassay.a
	$(SAY) LINK $@
	$(Q)$(CC) $(LDFLAGS_) -o $@ $^ $(LDLIBS_) $(shell pkg-config --libs check)
$(BUILD)/bench/%: $(BUILD)/obj/bench/%.o $(BUILD)/libassay.a
	@mkdir -p $(@D)
	$(SAY) LINK $@
	$(Q)$(CC) $(LDFLAGS_) -o $@ $^ $(LDLIBS_)

$(OBJ): $(BUILD)/gen/flags
$(BUILD)/obj/%.o: %.c
	@mkdir -p $(@D)
	$(SAY) CC $<
	$(Q)$(COMPILE) -c -o $@ $<
$(A512_OBJ): CFLAGS_ += -mavx512f -mavx512dq -mavx512vl -mavx512bw -mavx2 -mfma
$(BUILD)/obj/%.plain.o: %.c
	@mkdir -p $(@D)
	$(SAY) CC '$< (plain)'
	$(Q)$(COMPILE) -DASY_VARIANT=plain -c -o $@ $<
$(BUILD)/obj/%.avx2.o: %.c
	@mkdir -p $(@D)
	$(SAY) CC '$< (avx2)'
	$(Q)$(COMPILE) -mavx2 -mfma -DASY_VARIANT=avx2 -c -o $@ $<
$(BUILD)/obj/%.avx512.o: %.c
	@mkdir -p $(@D)
	$(SAY) CC '$< (avx512)'
	$(Q)$(COMPILE) -mavx512f -mavx512dq -mavx512vl -mavx512bw -mavx2 -mfma -mprefer-vector-width=512 -DASY_VARIANT=avx512 -c -o $@ $<
$(BUILD)/obj/gen/%.o: $(BUILD)/gen/%.c
	@mkdir -p $(@D)
	$(SAY) CC $<
	$(Q)$(COMPILE) -c -o $@ $<

# The tables: looked at whenever a source changed, rewritten only when they differ.
$(BUILD)/gen/registry.c: $(BUILD)/gen/registry.stamp ;
$(BUILD)/gen/commands.c: $(BUILD)/gen/commands.stamp ;
$(BUILD)/gen/suites.c:   $(BUILD)/gen/suites.stamp ;
$(BUILD)/gen/registry.stamp: tools/registry.sh $(BUILD)/gen/files $(filter-out $(CLI_C),$(ALL_C)) $(KNOWN_C)
	@tools/registry.sh methods $(@:.stamp=.c) $(filter-out $(CLI_C),$(ALL_C)) $(KNOWN_C) && touch $@
$(BUILD)/gen/commands.stamp: tools/registry.sh $(BUILD)/gen/files $(CLI_C)
	@tools/registry.sh commands $(@:.stamp=.c) $(CLI_C) && touch $@
$(BUILD)/gen/suites.stamp: tools/registry.sh $(BUILD)/gen/files $(TEST_C)
	@tools/registry.sh suites $(@:.stamp=.c) $(TEST_C) && touch $@

deps:
	@tools/deps.sh
quickstart: deps
	@$(MAKE) --no-print-directory $(JOBS) all
	$(BUILD)/assay run experiments/quickstart.yaml
parts: all $(BUILD)/tests
test:
	@$(MAKE) --no-print-directory $(JOBS) parts
	@ASSAY_BUILD=$(abspath $(BUILD)) $(BUILD)/tests
bench:
	@$(MAKE) --no-print-directory $(JOBS) $(BENCH)
	@set -e; for b in $(BENCH); do echo "== $$b"; $$b; done

matrix:
	@tools/deps.sh clang valgrind gcc-aarch64-linux-gnu libc6-dev-arm64-cross util-linux
	@tools/matrix.sh $(BUILD)/matrix

lint: layers headers style
layers:
	@tools/layers.sh $(wildcard $(LIB_DIRS))
headers:
	@CC="$(CC)" tools/headers.sh $(wildcard $(LIB_DIRS))
style: $(BUILD)/libassay.a
	@tools/style.sh $(BUILD)/libassay.a

# Fuzz targets: the library instrumented, one program a reader. Their corpora are replayed by `make test`.
FUZZ     =
FUZZ_SAN = address,undefined
fuzz:
	@if command -v clang >/dev/null; then \
	    $(MAKE) --no-print-directory $(JOBS) CC=clang OPT=-O1 BUILD=$(BUILD)/fuzz SAN=fuzzer-no-link,$(FUZZ_SAN) fuzz-targets && \
	    tools/fuzz.sh $(BUILD)/fuzz "$(FUZZ)"; \
	else echo "fuzz: no clang here (Debian: clang); skipped"; fi
FUZZ_C   := $(call in,tests/fuzz)
.PHONY: fuzz fuzz-targets
fuzz-targets: $(FUZZ_C:tests/fuzz/%.c=$(BUILD)/fuzz-%)
$(BUILD)/fuzz-%: $(BUILD)/obj/tests/fuzz/%.o $(BUILD)/obj/tests/support/fuzz_reader.o $(BUILD)/libassay.a
	$(SAY) LINK $@
	$(Q)$(CC) -fsanitize=fuzzer,$(FUZZ_SAN) $(LDFLAGS) -o $@ $^ $(LDLIBS_)

install: all
	@VERSION=$(VERSION) CC="$(CC)" tools/install.sh $(BUILD) "$(DESTDIR)" "$(PREFIX)"
# Without linking: the other processor's libraries need not be there. Without its vectoriser: gcc 12 fails inside it, at a
# largest absolute difference of floats in double.
aarch64:
	@if command -v aarch64-linux-gnu-gcc >/dev/null; then \
	    $(MAKE) --no-print-directory $(JOBS) CC=aarch64-linux-gnu-gcc BUILD=$(BUILD)-aarch64 WERROR=$(WERROR) \
	        CFLAGS="-fno-tree-vectorize -idirafter /usr/include -idirafter /usr/include/$(shell gcc -dumpmachine)" objects; \
	else echo "aarch64: no aarch64-linux-gnu-gcc here (Debian: gcc-aarch64-linux-gnu); skipped"; fi
.PHONY: objects
objects: $(LIB_OBJ) $(CLI_OBJ) $(MAIN_OBJ)
clean:
	rm -rf $(BUILD)

-include $(wildcard $(OBJ:.o=.d))
