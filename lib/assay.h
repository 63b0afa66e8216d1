// SPDX-License-Identifier: GPL-3.0-or-later
/* What a method file includes. */
#ifndef ASY_ASSAY_H
#define ASY_ASSAY_H
#include "base/arena.h"
#include "base/diag.h"
#include "base/hash.h"
#include "base/json.h"
#include "base/poly.h"
#include "base/rng.h"
#include "base/status.h"
#include "tensor/reduce.h"
#include "tensor/tensor.h"
#endif
