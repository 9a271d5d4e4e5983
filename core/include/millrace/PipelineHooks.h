// SPDX-License-Identifier: MIT
#pragma once

#include "streaming/calls/PipelineHooks.h"
