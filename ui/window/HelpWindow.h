// SPDX-License-Identifier: MIT
#pragma once

#include "steps/StepType.h"

#include <QWidget>

class QTextBrowser;

namespace millrace {

/// A step's help in a window beside the work.
class HelpWindow : public QWidget
{
    Q_OBJECT

public:
    explicit HelpWindow(QWidget *parent);

    void showStep(const StepType &type);

protected:
    void keyPressEvent(QKeyEvent *event) override;

private:
    QTextBrowser *m_text;
};

} // namespace millrace
