// SPDX-License-Identifier: MIT
#pragma once

#include "engine/WorkerProcess.h"
