// SPDX-License-Identifier: MIT
#pragma once

#include "streaming/SequentialQueuedPipeline.h"
