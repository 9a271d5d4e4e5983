// SPDX-License-Identifier: MIT
#pragma once

#include "pipeline/check/Checker.h"
