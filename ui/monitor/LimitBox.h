// SPDX-License-Identifier: MIT
#pragma once

#include "analysis/Bottleneck.h"
#include "theme/Theme.h"

#include <QFrame>

#include <functional>
#include <string>

class QLabel;
class QPushButton;

namespace millrace {

/// What limits the run, why, and what one more worker should bring; with a button that adds it.
class LimitBox : public QFrame
{
    Q_OBJECT

public:
    explicit LimitBox(Theme &theme, QWidget *parent = nullptr);

    /// What is so at the moment.
    struct Now
    {
        bool isDrawn = true; ///< the step; else it was deleted in the drawing, and runs on
        int workers = 1;     ///< of the step. Where these aren't those that the advice was found with, it isn't given
        double itemsPerSecond = 0; ///< of the run
        bool isNamed = false;      ///< says which step, for a panel that shows no step
        bool isInside = false;     ///< the step is one of another pipeline, whose settings are there
    };
    /// `nameOf` turns a step's id into what people read.
    void setLimit(const Limit &limit, const Now &now, const std::function<QString(const std::string &)> &nameOf);

Q_SIGNALS:
    void workerWanted(const std::string &step);
    void whatIfWanted();

private:
    void restyle();

    const Theme &m_theme;
    QLabel *m_title, *m_text;
    QPushButton *m_button;
    std::string m_step;
};

/// The sentence about one more worker: "A 4th worker should give about +29 % (33.1 k → 42.7 k items/s); …".
QString predictionText(const Prediction &prediction,
                       double itemsPerSecond,
                       const std::function<QString(const std::string &)> &nameOf);

} // namespace millrace
