// SPDX-License-Identifier: MIT
#pragma once

#include "remote/WorkerProcess.h"
