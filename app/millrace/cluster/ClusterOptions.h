// SPDX-License-Identifier: MIT
#pragma once

#include "millrace/Arguments.h"
#include "sharing/ClusterRun.h"

namespace millrace {

/// What a call of `run` says of a cluster, from the options that it has.
Result<ClusterWish> readClusterWish(const Call &call);

} // namespace millrace
