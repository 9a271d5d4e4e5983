// SPDX-License-Identifier: MIT
#pragma once

#include "learning/StateText.h"
