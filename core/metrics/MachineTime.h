// SPDX-License-Identifier: MIT
#pragma once

#include <optional>

namespace millrace {

class ProcessTable;

/// What the cores that this process may run on have worked since the machine's start, for whomever, in core seconds; what a hypervisor
/// kept back counts as work. By /proc/stat, in steps of 0.01; nothing where that can't be read. Any thread; some 30 µs on
/// few cores.
std::optional<double> machineCoreSeconds();

/// What this process and the children that it has waited for have worked, in core seconds. Any thread.
double ownCoreSeconds();

/// The same with the children at work, and all that those have started. Nothing where the system doesn't tell. Any thread.
std::optional<double> ownCoreSeconds(const ProcessTable &table);

/// Whether this process has children that it hasn't waited for: what they work is in a ProcessTable alone. Any thread.
bool hasChildren();

} // namespace millrace
