// SPDX-License-Identifier: MIT
#pragma once

#include "streaming/QueuedPipelineTask.h"
