// SPDX-License-Identifier: MIT
#pragma once

#include "engine/Run.h"
