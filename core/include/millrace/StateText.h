// SPDX-License-Identifier: MIT
#pragma once

#include "savers/StateText.h"
