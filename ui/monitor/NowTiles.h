// SPDX-License-Identifier: MIT
#pragma once

#include "model/Gauges.h"
#include "theme/Theme.h"

#include <QWidget>

#include <array>
#include <optional>

namespace millrace {

/// Six figures of the selected step at this moment: rate, how busy, time per batch, done, errors.
class NowTiles : public QWidget
{
    Q_OBJECT

public:
    explicit NowTiles(Theme &theme, QWidget *parent = nullptr);

    void setFigures(const std::optional<StepFigures> &figures);
    QSize sizeHint() const override;

protected:
    void paintEvent(QPaintEvent *) override;

private:
    struct Tile
    {
        QString value, label;
        bool isBad = false;

        bool operator==(const Tile &) const = default;
    };
    const Theme &m_theme;
    std::array<Tile, 6> m_tiles;
};

} // namespace millrace
