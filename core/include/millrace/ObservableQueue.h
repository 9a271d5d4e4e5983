// SPDX-License-Identifier: MIT
#pragma once

#include "streaming/ObservableQueue.h"
