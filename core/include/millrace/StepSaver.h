// SPDX-License-Identifier: MIT
#pragma once

#include "learning/StepSaver.h"
