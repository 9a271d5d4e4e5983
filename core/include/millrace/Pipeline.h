// SPDX-License-Identifier: MIT
#pragma once

#include "pipeline/Pipeline.h"
