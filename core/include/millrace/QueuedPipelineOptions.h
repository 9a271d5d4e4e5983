// SPDX-License-Identifier: MIT
#pragma once

#include "streaming/QueuedPipelineOptions.h"
