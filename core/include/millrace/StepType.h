// SPDX-License-Identifier: MIT
#pragma once

#include "steps/StepType.h"
