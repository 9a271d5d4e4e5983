// SPDX-License-Identifier: MIT
#pragma once

#include "data/Schema.h"
