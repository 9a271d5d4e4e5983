// SPDX-License-Identifier: MIT
#pragma once

#include <QString>

#include <cstdint>
#include <functional>

class QWidget;

namespace millrace {

/// What a window asks before something is lost. Tests answer in a person's place.
struct Questions
{
    /// Asked before something is thrown away; `yes` is the button that does it. Returns whether to go on.
    std::function<bool(const QString &question, const QString &yes)> confirm;
    enum class Leaving : uint8_t { Save, Leave, Cancel };
    /// Asked once before a run or unsaved changes are left.
    std::function<Leaving(const QString &question, bool isDirty, bool isRunning)> askLeaving;
};

/// Questions that are asked in boxes over that window, which outlives them.
Questions askedInBoxes(QWidget *window);

} // namespace millrace
