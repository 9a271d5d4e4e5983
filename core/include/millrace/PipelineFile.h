// SPDX-License-Identifier: MIT
#pragma once

#include "pipeline/PipelineFile.h"
