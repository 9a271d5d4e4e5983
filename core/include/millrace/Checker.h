// SPDX-License-Identifier: MIT
#pragma once

#include "pipeline/Checker.h"
