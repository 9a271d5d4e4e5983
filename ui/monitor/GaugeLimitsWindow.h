// SPDX-License-Identifier: MIT
#pragma once

#include "model/Gauges.h"

#include <QWidget>

class QSpinBox;

namespace millrace {

/// From which percent of their bound on queues are amber and red, in a window beside the work: each change is seen on the cards
/// at once and kept for the next start. GUI thread.
class GaugeLimitsWindow : public QWidget
{
    Q_OBJECT

public:
    explicit GaugeLimitsWindow(QWidget *window);

    void open();
    /// What was chosen last, or the usual limits where that is nonsense.
    static GaugeLimits kept();

Q_SIGNALS:
    void changed(const millrace::GaugeLimits &limits);

private:
    void keep();
    void show(const GaugeLimits &limits);

    QSpinBox *m_filling, *m_full;
};

} // namespace millrace
