// SPDX-License-Identifier: MIT
#pragma once

#include "savers/StepSaver.h"
