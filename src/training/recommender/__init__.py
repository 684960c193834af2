"""What to offer to whom: networks that are trained, judged against plain rivals, and written out as scores.

    encoding        features to numbers                 network       a trained network run by numpy
    tensorflow_networks   trains them (the only room that needs TensorFlow)
    rivals          constant, means, LightGBM           forest        LightGBM's trees run by numpy
    ratings         which foretells the score best      models        what was trained, and which of it serves
    candidates      what a customer may buy next        next_purchase which of these it will be
    folder          models as files                     scores        the table that the tools read
    refresh         new scores after new data           evaluation    `crm evaluate recommender`
    report          figures and plots                   commands      `crm train recommender ...`

A trained network is a handful of arrays (`network.Network`), so scores are made and judged without TensorFlow.
"""
