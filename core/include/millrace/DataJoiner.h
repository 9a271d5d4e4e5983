// SPDX-License-Identifier: MIT
#pragma once

#include "streaming/DataJoiner.h"
