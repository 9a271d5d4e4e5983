// SPDX-License-Identifier: MIT
#pragma once

#include "streaming/ObservableQueueStepSaver.h"
