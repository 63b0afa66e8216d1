# SPDX-License-Identifier: GPL-3.0-or-later
# Assay. Everything that is built lands in $(BUILD).
#   make            build/assay, libassay.a, libassay.so
#   make deps quickstart test bench lint install
#   BUILD=dir  CC=clang  SAN=address,undefined|thread  EXTRA=../mine  WERROR=1
CC      ?= gcc
BUILD   ?= build
PARTS   ?= base tensor graph kernels method model attack train metric spec run report cli
MODULES ?= attacks defenses privacy active ordinal audit datasets
EXTRA   ?=
SUITES  ?= tests/unit tests/conform tests/known
PKGS     = yaml-0.1 jansson libcrypto zlib gsl
ARCH    := $(shell $(CC) -dumpmachine | cut -d- -f1)

OPT     ?= -O3
WARN     = -Wall -Wextra -Wpedantic -Wshadow -Wstrict-prototypes -Wmissing-prototypes -Wvla -Wformat=2 -Wconversion
CSTD     = -std=c11 -D_POSIX_C_SOURCE=200809L -D_DEFAULT_SOURCE -ffp-contract=off -fno-math-errno -pthread -fPIC -MMD -MP
CPPFLAGS_ = -Ilib $(shell pkg-config --cflags $(PKGS))
CFLAGS_  = $(CSTD) $(OPT) -g $(WARN) $(if $(WERROR),-Werror) $(if $(SAN),-fsanitize=$(SAN) -fno-omit-frame-pointer -fno-sanitize-recover=all) $(CFLAGS)
LDLIBS_  = $(shell pkg-config --libs $(PKGS)) -lm -pthread
LDFLAGS_ = $(if $(SAN),-fsanitize=$(SAN)) $(LDFLAGS)

# lib/kernels/vec/*.c is compiled once per instruction set; *_avx512.c only with AVX-512.
LIB_DIRS := $(addprefix lib/,$(PARTS)) $(wildcard $(MODULES)) $(EXTRA)
ALL_C    := $(sort $(shell find $(LIB_DIRS) -name '*.c' 2>/dev/null))
VEC_C    := $(filter lib/kernels/vec/%,$(ALL_C))
A512_C   := $(filter %_avx512.c,$(filter-out $(VEC_C),$(ALL_C)))
MAIN_C   := lib/cli/main.c
PLAIN_C  := $(filter-out $(VEC_C) $(A512_C) $(MAIN_C),$(ALL_C))
KNOWN_C  := $(sort $(shell find $(filter tests/known,$(SUITES)) -name '*.c' 2>/dev/null))
ifeq ($(ARCH),x86_64)
VEC_OBJ  := $(foreach v,plain avx2 avx512,$(VEC_C:%.c=$(BUILD)/obj/%.$(v).o))
A512_OBJ := $(A512_C:%.c=$(BUILD)/obj/%.o)
else
VEC_OBJ  := $(VEC_C:%.c=$(BUILD)/obj/%.plain.o)
A512_OBJ :=
endif
LIB_OBJ  := $(PLAIN_C:%.c=$(BUILD)/obj/%.o) $(KNOWN_C:%.c=$(BUILD)/obj/%.o) $(VEC_OBJ) $(A512_OBJ) $(BUILD)/obj/gen/registry.o
TEST_C   := tests/main.c $(sort $(shell find $(filter-out tests/known,$(SUITES)) tests/ref tests/support -name '*.c' 2>/dev/null))
TEST_OBJ := $(TEST_C:%.c=$(BUILD)/obj/%.o) $(BUILD)/obj/gen/suites.o

.PHONY: all deps quickstart test check bench lint layers headers style install clean
all: $(BUILD)/assay $(BUILD)/libassay.so

$(BUILD)/assay: $(BUILD)/obj/$(MAIN_C:.c=.o) $(BUILD)/libassay.a
	$(CC) $(LDFLAGS_) -o $@ $^ $(LDLIBS_)
$(BUILD)/libassay.a: $(LIB_OBJ)
	@rm -f $@
	ar rcs $@ $^
$(BUILD)/libassay.so: $(LIB_OBJ)
	$(CC) -shared $(LDFLAGS_) -o $@ $^ $(LDLIBS_)
$(BUILD)/tests: $(TEST_OBJ) $(BUILD)/libassay.a
	$(CC) $(LDFLAGS_) -o $@ $^ $(LDLIBS_) $(shell pkg-config --libs check)

$(BUILD)/obj/%.o: %.c
	@mkdir -p $(@D)
	$(CC) $(CPPFLAGS_) $(CFLAGS_) -c -o $@ $<
$(A512_OBJ): CFLAGS_ += -mavx512f -mavx512dq -mavx512vl -mavx512bw -mavx2 -mfma
$(BUILD)/obj/%.plain.o: %.c
	@mkdir -p $(@D)
	$(CC) $(CPPFLAGS_) $(CFLAGS_) -DASY_VARIANT=plain -c -o $@ $<
$(BUILD)/obj/%.avx2.o: %.c
	@mkdir -p $(@D)
	$(CC) $(CPPFLAGS_) $(CFLAGS_) -mavx2 -mfma -DASY_VARIANT=avx2 -c -o $@ $<
$(BUILD)/obj/%.avx512.o: %.c
	@mkdir -p $(@D)
	$(CC) $(CPPFLAGS_) $(CFLAGS_) -mavx512f -mavx512dq -mavx512vl -mavx512bw -mavx2 -mfma -mprefer-vector-width=512 -DASY_VARIANT=avx512 -c -o $@ $<
$(BUILD)/obj/gen/%.o: $(BUILD)/gen/%.c
	@mkdir -p $(@D)
	$(CC) $(CPPFLAGS_) $(CFLAGS_) -c -o $@ $<
# The tables are made anew only when the list of files, or a file's last line, changed.
$(BUILD)/gen/registry.c: tools/registry.sh $(ALL_C) $(KNOWN_C)
	@mkdir -p $(@D)
	tools/registry.sh methods $@ $(ALL_C) $(KNOWN_C)
$(BUILD)/gen/suites.c: tools/registry.sh $(TEST_C)
	@mkdir -p $(@D)
	tools/registry.sh suites $@ $(TEST_C)

test: all $(BUILD)/tests
	$(BUILD)/tests
clean:
	rm -rf $(BUILD)

-include $(shell find $(BUILD) -name '*.d' 2>/dev/null)
