// SPDX-License-Identifier: MIT
#pragma once

#include "steps/StepBuilder.h"
