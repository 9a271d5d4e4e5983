// SPDX-License-Identifier: MIT
#pragma once

#include "data/Result.h"
