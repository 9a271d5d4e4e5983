// SPDX-License-Identifier: MIT
#pragma once

#include "streaming/QueueJoiner.h"
