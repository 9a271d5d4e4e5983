// SPDX-License-Identifier: MIT
#pragma once

#include "streaming/compile/StepReference.h"
