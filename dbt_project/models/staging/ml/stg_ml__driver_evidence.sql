{{
    stage_source(
        "learnt",
        "driver_evidence",
        {
            "driver": "driver text",
            "attribute": "attribute text",
            "item": "item text",
            "place": "place integer",
            "is_driver": "is_driver boolean",
            "alone_p_value": "alone_p_value double",
            "given_others_p_value": "given_others_p_value double",
            "chi_square": "chi_square double",
            "degrees": "degrees integer",
        },
    )
}}
