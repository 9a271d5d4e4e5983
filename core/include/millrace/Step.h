// SPDX-License-Identifier: MIT
#pragma once

#include "steps/Step.h"
