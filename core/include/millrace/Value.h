// SPDX-License-Identifier: MIT
#pragma once

#include "data/Value.h"
