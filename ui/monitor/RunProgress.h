// SPDX-License-Identifier: MIT
#pragma once

#include "model/Gauges.h"
#include "theme/Theme.h"

#include <QTimer>
#include <QWidget>

#include <optional>

namespace millrace {

/// How far the run is: a bar, percent, items, rate and time left where the total is known; else something that moves.
class RunProgress : public QWidget
{
    Q_OBJECT

public:
    explicit RunProgress(Theme &theme, QWidget *parent = nullptr);

    void setFigures(const RunFigures &figures);
    void clear();
    QSize sizeHint() const override;
    QSize minimumSizeHint() const override;

protected:
    void paintEvent(QPaintEvent *) override;

private:
    void paintBar(QPainter &painter, const QRectF &place) const;

    const Theme &m_theme;
    std::optional<RunFigures> m_figures;
    QString m_head, m_items, m_rate; ///< bold, plain, muted
    QTimer m_motion;
    int m_phase = 0;
};

} // namespace millrace
