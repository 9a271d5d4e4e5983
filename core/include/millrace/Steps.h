// SPDX-License-Identifier: MIT
#pragma once

#include "streaming/Steps.h"
