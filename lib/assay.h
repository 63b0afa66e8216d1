// SPDX-License-Identifier: GPL-3.0-or-later
/* What a method file includes: the values and the kinds, nothing private. */
#ifndef ASY_ASSAY_H
#define ASY_ASSAY_H
#include "base/arena.h"
#include "base/diag.h"
#include "base/hash.h"
#include "base/json.h"
#include "base/poly.h"
#include "base/rng.h"
#include "base/status.h"
#include "graph/graph.h"
#include "method/arch.h"
#include "method/attack.h"
#include "method/data.h"
#include "method/estimator.h"
#include "method/evaluation.h"
#include "method/known.h"
#include "method/loss.h"
#include "method/optimizer.h"
#include "method/params.h"
#include "method/procedure.h"
#include "method/registry.h"
#include "method/sampler.h"
#include "method/schedule.h"
#include "model/model.h"
#include "tensor/reduce.h"
#include "tensor/tensor.h"
#endif
