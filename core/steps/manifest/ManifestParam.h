// SPDX-License-Identifier: MIT
#pragma once

#include "data/Result.h"
#include "steps/StepType.h"

namespace millrace {

/// A parameter as a manifest declares it: an object with `name`, and `kind`, `default`, `title`, `help`, `unit`, `required`, `minimum`,
/// `maximum`, `choices` and `secret` as far as they are wanted. Fails with a part of a sentence.
Result<Param> readManifestParam(const Value &given);

} // namespace millrace
