// SPDX-License-Identifier: MIT
#pragma once

#include "streaming/QueueWorker.h"
