// SPDX-License-Identifier: MIT
#pragma once

#include "streaming/ParallelQueuedFeatureUnion.h"
