// SPDX-License-Identifier: MIT
#pragma once

#include "data/json/StateText.h"
