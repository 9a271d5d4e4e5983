// SPDX-License-Identifier: MIT
#pragma once

#include "steps/InvertibleStep.h"
