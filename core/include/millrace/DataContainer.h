// SPDX-License-Identifier: MIT
#pragma once

#include "streaming/DataContainer.h"
