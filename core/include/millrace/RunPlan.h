// SPDX-License-Identifier: MIT
#pragma once

#include "engine/RunPlan.h"
