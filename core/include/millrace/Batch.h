// SPDX-License-Identifier: MIT
#pragma once

#include "data/Batch.h"
