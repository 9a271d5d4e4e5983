// SPDX-License-Identifier: MIT
#pragma once

#include "steps/Services.h"
