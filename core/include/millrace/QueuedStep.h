// SPDX-License-Identifier: MIT
#pragma once

#include "streaming/QueuedStep.h"
