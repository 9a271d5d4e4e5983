// SPDX-License-Identifier: MIT
#pragma once

#include "streaming/calls/PipelineFeed.h"
