// SPDX-License-Identifier: MIT
#pragma once

#include "pipeline/Problem.h"
