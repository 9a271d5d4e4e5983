// SPDX-License-Identifier: MIT
#pragma once

#include <QComboBox>
#include <QSpinBox>

#include <string>

namespace millrace {

/// More workers are no step's.
constexpr int MostWorkers = 999;

/// The ranges and choices of what the pipeline says for all steps, and a step for itself.
void setUpRunFields(QSpinBox &workers, QSpinBox &queueSize, QSpinBox &retries, QComboBox &runIn, QComboBox &onError);

/// Shows where steps run as the file says it: also a place that isn't among the choices.
void showPlace(QComboBox &runIn, const std::string &place);

} // namespace millrace
